package info

import "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"

type fields = map[string]*tfbridge.SchemaInfo

// named keeps a field's name where the bridge would make a plural of it.
func named(name string) *tfbridge.SchemaInfo { return &tfbridge.SchemaInfo{Name: name} }

// list and object say what pulumi_aws has in place of the bridge's own choice.
func list(name string) *tfbridge.SchemaInfo {
	return &tfbridge.SchemaInfo{Name: name, MaxItemsOne: tfbridge.False()}
}

func object(name string) *tfbridge.SchemaInfo {
	return &tfbridge.SchemaInfo{Name: name, MaxItemsOne: tfbridge.True()}
}

// within describes a field of the object or of the list's elements.
func within(block *tfbridge.SchemaInfo, inner fields) *tfbridge.SchemaInfo {
	block.Elem = &tfbridge.SchemaInfo{Fields: inner}
	return block
}

// overrides holds the fields, by Terraform type, whose name or shape in pulumi_aws is not what the bridge derives.
func overrides() map[string]fields {
	rules := func() fields { return fields{"ingress": named("ingress"), "egress": named("egress")} }
	return map[string]fields{
		"aws_security_group":                     rules(),
		"aws_default_security_group":             rules(),
		"aws_cloudwatch_metric_alarm":            {"alarm_name": named("name")},
		"aws_cloudwatch_log_subscription_filter": {"log_group_name": named("logGroup")},
		"aws_sns_topic_subscription":             {"topic_arn": named("topic")},
		"aws_eks_cluster":                        {"certificate_authority": object("certificateAuthority")},
		"aws_route53_record": {
			"alias":                      list("aliases"),
			"failover_routing_policy":    list("failoverRoutingPolicies"),
			"geolocation_routing_policy": list("geolocationRoutingPolicies"),
			"latency_routing_policy":     list("latencyRoutingPolicies"),
			"weighted_routing_policy":    list("weightedRoutingPolicies"),
		},
		"aws_ecs_service": {
			"service_connect_configuration": within(&tfbridge.SchemaInfo{}, fields{
				"service": within(&tfbridge.SchemaInfo{}, fields{"client_alias": list("clientAlias")}),
			}),
		},
	}
}

// lengths is how long AWS lets the name of a type be, in characters, where that is less than the bridge's 255.
var lengths = map[string]int{
	"aws_lb":                    32,
	"aws_lb_target_group":       32,
	"aws_iam_role":              64,
	"aws_cloudwatch_event_rule": 64,
	"aws_scheduler_schedule":    64,
	"aws_iam_instance_profile":  128,
}
