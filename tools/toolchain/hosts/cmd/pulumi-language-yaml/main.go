// Command pulumi-language-yaml is Pulumi's host of programs in YAML, with what CLIs since its version ask for.
package main

import (
	"context"

	"github.com/pulumi/pulumi-yaml/pkg/server"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"berth/toolchain/hosts/serve"
)

type host struct {
	pulumirpc.LanguageRuntimeServer
}

// main has the CLI load schemas, as it alone knows the plugins that Pulumi.yaml names by their folders.
func main() {
	const loadByCLI = true
	serve.Host(func(engine, tracing string) pulumirpc.LanguageRuntimeServer {
		return host{server.NewLanguageHost(engine, tracing, loadByCLI)}
	})
}

// Link has nothing to do: a program in YAML takes an SDK by the CLI's entry in Pulumi.yaml.
func (host) Link(context.Context, *pulumirpc.LinkRequest) (*pulumirpc.LinkResponse, error) {
	return &pulumirpc.LinkResponse{ImportInstructions: "Its resources can be used in your program now."}, nil
}
