package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// GeneratePackage writes an SDK for a schema, by Pulumi's own generator. What is wrong with the schema is part of the
// answer.
func (*host) GeneratePackage(
	_ context.Context, request *pulumirpc.GeneratePackageRequest,
) (*pulumirpc.GeneratePackageResponse, error) {
	loader, err := schema.NewLoaderClient(request.LoaderTarget) // of the schemas that this one refers to
	if err != nil {
		return nil, err
	}
	defer loader.Close()
	var spec schema.PackageSpec
	if err := json.Unmarshal([]byte(request.Schema), &spec); err != nil {
		return nil, err
	}
	cached := schema.NewCachedLoader(loader)
	pkg, findings, err := schema.BindSpec(spec, cached, schema.ValidationOptions{AllowDanglingReferences: true})
	if err != nil {
		return nil, err
	}
	response := &pulumirpc.GeneratePackageResponse{Diagnostics: plugin.HclDiagnosticsToRPCDiagnostics(findings)}
	if findings.HasErrors() {
		return response, nil
	}
	files, err := nodejs.GeneratePackage(
		"pulumi-language-nodejs", pkg, request.ExtraFiles, request.LocalDependencies, request.Local, cached)
	if err != nil {
		return nil, err
	}
	for name, content := range files {
		file := filepath.Join(request.Directory, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(file, fromRoot(name, content), 0o644); err != nil {
			return nil, err
		}
	}
	return response, nil
}

// fromRoot mends the imports of a file in a folder. This version of the generator takes the way to the package's root
// from filepath.Rel, which lost its last slash with Go 1.26, and is one folder short then:
// https://github.com/pulumi/pulumi/blob/master/pkg/codegen/nodejs/gen.go
func fromRoot(name string, content []byte) []byte {
	depth := strings.Count(filepath.ToSlash(name), "/")
	if depth == 0 {
		return content
	}
	short, right := strings.Repeat("../", depth-1), strings.Repeat("../", depth)
	if depth == 1 {
		short = "./"
	}
	return []byte(strings.NewReplacer(
		`"`+short+`types/`, `"`+right+`types/`,
		`"`+short+`utilities"`, `"`+right+`utilities"`,
	).Replace(string(content)))
}
