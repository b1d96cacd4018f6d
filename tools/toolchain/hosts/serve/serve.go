// Package serve is what all language hosts do: be started by the CLI, say where they listen, and end with it.
package serve

import (
	"context"
	"flag"
	"fmt"
	"log"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// engineCheck is how often a host looks whether the CLI that started it is still there.
const engineCheck = 30 * time.Second

// Host serves what newHost makes until the CLI ends. The engine's address is the last argument; spans of the run go to
// tracing, which is empty where the user asked for none.
func Host(newHost func(engine, tracing string) pulumirpc.LanguageRuntimeServer) {
	log.SetFlags(0)
	tracing := flag.String("tracing", "", "a Zipkin-compatible endpoint")
	flag.Parse() // Pulumi's packages have added those of the log
	if flag.NArg() != 1 {
		log.Fatal("this program is started by the Pulumi CLI, with the address of its engine")
	}
	engine := flag.Arg(0)

	ctx, cancel := context.WithCancel(context.Background())
	if err := rpcutil.Healthcheck(ctx, engine, engineCheck, cancel); err != nil {
		log.Fatalf("the engine at %s: %v", engine, err)
	}
	stop := make(chan bool)
	go func() {
		<-ctx.Done()
		close(stop)
	}()
	server, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: stop,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, newHost(engine, *tracing))
			return nil
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(server.Port) // by which the CLI finds it
	if err := <-server.Done; err != nil {
		log.Fatal(err)
	}
}
