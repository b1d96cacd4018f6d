// Command pulumi-language-nodejs runs Pulumi programs in JavaScript and TypeScript, and makes SDKs for them.
//
// Pulumi's own host is in no module of the Go proxy. This one answers what the CLI asks for `preview`, `up`, `destroy`,
// `install`, `package add` and `package gen-sdk`; to anything else, plugins in JavaScript among them, gRPC answers that
// it is not implemented. The protocol: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/language.proto
package main

import (
	"context"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"

	"berth/toolchain/hosts/serve"
)

type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer

	engine, tracing string // addresses that the program's log and spans go to
}

func main() {
	serve.Host(func(engine, tracing string) pulumirpc.LanguageRuntimeServer {
		return &host{engine: engine, tracing: tracing}
	})
}

// GetPluginInfo is asked of each plugin as it starts. A host without a version fits every CLI.
func (*host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{}, nil
}
