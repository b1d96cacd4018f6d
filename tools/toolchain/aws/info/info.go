// Package info describes the Terraform AWS provider to the Pulumi bridge, under the tokens and names of pulumi_aws.
package info

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"

	pf "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	sdkv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	upstream "github.com/hashicorp/terraform-provider-aws/shim"
)

// Version of the plugin and, after the plus sign, of the Terraform provider; the linker sets it.
var Version = "0.0.0"

// names maps Terraform's types to the tokens of pulumi_aws; names.py wrote the file.
//
//go:embed names.json
var names []byte

// Provider describes the bridged provider. metadata is the content of bridge-metadata.json, "{}" before there is one.
func Provider(ctx context.Context, metadata []byte) tfbridge.ProviderInfo {
	older, newer, err := upstream.Halves(ctx)
	check(err)
	provider := pf.MuxShimWithPF(ctx, sdkv2.NewProvider(older), newer)
	var known struct{ Resources, Functions map[string]string }
	check(json.Unmarshal(names, &known))

	info := tfbridge.ProviderInfo{
		P:              provider,
		Name:           "aws",
		Version:        Version,
		ResourcePrefix: "aws",
		MetadataInfo:   tfbridge.NewProviderMetadata(metadata),
		Resources:      map[string]*tfbridge.ResourceInfo{},
		DataSources:    map[string]*tfbridge.DataSourceInfo{},
		Config: fields{
			"region": {Default: &tfbridge.DefaultInfo{EnvVars: []string{"AWS_REGION", "AWS_DEFAULT_REGION"}}},
		},
	}
	changed := overrides()
	provider.ResourcesMap().Range(func(name string, _ shim.Resource) bool {
		if token, ok := known.Resources[name]; ok {
			info.Resources[name] = &tfbridge.ResourceInfo{
				Tok: tokens.Type(token), Fields: changed[name], Docs: &tfbridge.DocInfo{AllowMissing: true},
			}
		} else {
			info.IgnoreMappings = append(info.IgnoreMappings, name)
		}
		return true
	})
	provider.DataSourcesMap().Range(func(name string, _ shim.Resource) bool {
		if token, ok := known.Functions[name]; ok {
			info.DataSources[name] = &tfbridge.DataSourceInfo{Tok: tokens.ModuleMember(token)}
		} else {
			info.IgnoreMappings = append(info.IgnoreMappings, name)
		}
		return true
	})
	info.SetAutonaming(255, "-")
	for name, length := range lengths {
		autoname(info.Resources[name], "name", length)
	}
	autoname(info.Resources["aws_cloudwatch_metric_alarm"], "alarm_name", 255)
	return info
}

func autoname(resource *tfbridge.ResourceInfo, field string, length int) {
	if resource.Fields == nil {
		resource.Fields = fields{}
	}
	resource.Fields[field] = tfbridge.AutoName("name", length, "-")
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
