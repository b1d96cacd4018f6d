"""A TLS certificate by AWS Certificate Manager, proven by DNS records in Route 53."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateArgs:
    """``hosted_zone_id`` is the public zone that holds ``domain`` and every alternative name."""

    domain: str
    hosted_zone_id: pulumi.Input[str]
    subject_alternative_names: Sequence[str] = ()
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


class Certificate(pulumi.ComponentResource):
    """``arn`` is there once AWS has validated the certificate, which takes minutes.

    https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: CertificateArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:Certificate", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        certificate = aws.acm.Certificate(
            name,
            domain_name=args.domain,
            subject_alternative_names=[n for n in dict.fromkeys(args.subject_alternative_names) if n != args.domain],
            validation_method="DNS",
            tags={**args.tags, "Name": name},
            opts=child,
        )
        options = certificate.domain_validation_options
        records: list[aws.route53.Record] = []
        for domain in validated_domains(args.domain, args.subject_alternative_names):
            option = options.apply(lambda found, domain=domain: _option(found, domain))
            records.append(
                aws.route53.Record(
                    f"{name}-{domain}",
                    zone_id=args.hosted_zone_id,
                    name=option.apply(lambda found: found.resource_record_name),
                    type=option.apply(lambda found: found.resource_record_type),
                    records=[option.apply(lambda found: found.resource_record_value or "")],
                    ttl=60,
                    allow_overwrite=True,  # ACM wants the same record for each certificate of a domain in an account
                    opts=child,
                )
            )
        validation = aws.acm.CertificateValidation(
            name,
            certificate_arn=certificate.arn,
            validation_record_fqdns=[record.fqdn for record in records],
            opts=child,
        )
        self.arn = validation.certificate_arn
        self.register_outputs({"arn": self.arn})


def validated_domains(domain: str, alternatives: Sequence[str]) -> list[str]:
    """The domains that need a record each: ``*.example.com`` is proven by the record of ``example.com``."""
    return list(dict.fromkeys(name.removeprefix("*.") for name in (domain, *alternatives)))


def _option(
    found: Sequence[aws.acm.outputs.CertificateDomainValidationOption], domain: str
) -> aws.acm.outputs.CertificateDomainValidationOption:
    return next(option for option in found if (option.domain_name or "").removeprefix("*.") == domain)
