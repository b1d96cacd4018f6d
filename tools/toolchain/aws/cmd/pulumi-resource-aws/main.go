// Command pulumi-resource-aws is the Pulumi plugin for those AWS services that Berth uses.
package main

import (
	"context"
	_ "embed"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"

	"berth/toolchain/aws/info"
)

var (
	//go:embed schema.json
	schema []byte
	//go:embed bridge-metadata.json
	metadata []byte
)

func main() {
	ctx := context.Background()
	tfbridge.MainWithMuxer(ctx, "aws", info.Provider(ctx, metadata), schema)
}
