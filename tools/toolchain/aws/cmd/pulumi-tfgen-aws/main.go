// Command pulumi-tfgen-aws writes the schema and the metadata that pulumi-resource-aws embeds.
package main

import (
	"context"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfgen"

	"berth/toolchain/aws/info"
)

func main() {
	tfgen.MainWithMuxer("aws", info.Provider(context.Background(), []byte("{}")))
}
