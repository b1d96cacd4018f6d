"""The certificate, its DNS records and the wait for its validation."""

from __future__ import annotations

from typing import Any

from berth.components.certificate import Certificate, CertificateArgs, validated_domains
from tests.unit.components.build import Built, build, waits_for
from tests.unit.recorder import Recorder

CERTIFICATE = "aws:acm/certificate:Certificate"
VALIDATION = "aws:acm/certificateValidation:CertificateValidation"
RECORD = "aws:route53/record:Record"


def option(domain: str) -> dict[str, str]:
    base = domain.removeprefix("*.")
    return {
        "domainName": domain,
        "resourceRecordName": f"_x.{base}.",
        "resourceRecordType": "CNAME",
        "resourceRecordValue": f"_{base}.acm-validations.aws.",
    }


def certificate(domain: str, *alternatives: str, preview: bool = False, **args: Any) -> Built:
    outputs = {
        # AWS gives them in any order.
        CERTIFICATE: {"domainValidationOptions": [option(name) for name in (*alternatives[::-1], domain)]},
        RECORD: {"fqdn": "_x.example.com"},
    }

    def make(opts):
        made = Certificate(
            "shop",
            CertificateArgs(domain=domain, hosted_zone_id="Z1", subject_alternative_names=alternatives, **args),
            opts,
        )
        return {"arn": made.arn, "arn_waits": waits_for(made.arn)}

    return build(make, Recorder(outputs=outputs), preview=preview)


def test_certificate_is_proven_by_dns():
    built = certificate("shop.example.com", "*.shop.example.com", tags={"team": "a"})
    assert built.inputs(CERTIFICATE, "shop") == {
        "domainName": "shop.example.com",
        "subjectAlternativeNames": ["*.shop.example.com"],
        "validationMethod": "DNS",
        "tags": {"team": "a", "Name": "shop"},
    }


def test_a_domain_and_its_wildcard_share_one_record():
    built = certificate("shop.example.com", "*.shop.example.com")
    assert built.inputs(RECORD, "shop-shop.example.com") == {
        "zoneId": "Z1",
        "name": "_x.shop.example.com.",
        "type": "CNAME",
        "records": ["_shop.example.com.acm-validations.aws."],
        "ttl": 60,
        "allowOverwrite": True,
    }


def test_each_other_domain_has_its_own():
    built = certificate("shop.example.com", "example.com", "*.other.example.org")
    records = {record.name: record.inputs["records"] for record in built.recorder.of(RECORD)}
    assert records == {
        f"shop-{domain}": [f"_{domain}.acm-validations.aws."]
        for domain in ("shop.example.com", "example.com", "other.example.org")
    }


def test_arn_is_there_once_the_certificate_is_valid():
    built = certificate("shop.example.com", "example.com")
    inputs = built.inputs(VALIDATION)
    assert inputs["certificateArn"].endswith(":shop")
    assert inputs["validationRecordFqdns"] == ["_x.example.com", "_x.example.com"]
    assert built.values["arn_waits"] == ["CertificateValidation shop"]


def test_the_records_are_known_to_a_first_preview():
    # How many there are may not depend on what AWS says later.
    built = certificate("shop.example.com", "*.shop.example.com", "example.com", preview=True)
    assert built.names(RECORD) == ["shop-example.com", "shop-shop.example.com"]


def test_domains_given_twice_count_once():
    assert validated_domains("a.com", ["*.a.com", "b.com", "a.com", "b.com"]) == ["a.com", "b.com"]
    assert certificate("a.com", "a.com", "b.com", "b.com").inputs(CERTIFICATE)["subjectAlternativeNames"] == ["b.com"]
