package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// manifest is what a host reads of a package.json. Pulumi's SDKs name their plugin in it.
type manifest struct {
	Name    string
	Version string
	Pulumi  plugin.PulumiPluginJSON
}

func read(folder string) (manifest, error) {
	var read manifest
	file := filepath.Join(folder, "package.json")
	text, err := os.ReadFile(file)
	if err != nil {
		return read, err
	}
	if err := json.Unmarshal(text, &read); err != nil {
		return read, fmt.Errorf("%s: %w", file, err)
	}
	return read, nil
}

// InstallDependencies has npm install what the program's package.json asks for; the CLI shows what npm prints.
func (*host) InstallDependencies(
	request *pulumirpc.InstallDependenciesRequest, answer pulumirpc.LanguageRuntime_InstallDependenciesServer,
) error {
	if err := check(request.Info); err != nil {
		return err
	}
	closer, stdout, stderr, err := rpcutil.MakeInstallDependenciesStreams(answer, request.IsTerminal)
	if err != nil {
		return err
	}
	defer closer.Close()
	npm := exec.CommandContext(answer.Context(), "npm", "install", "--no-audit", "--no-fund")
	npm.Dir, npm.Stdout, npm.Stderr = request.Info.ProgramDirectory, stdout, stderr
	if err := npm.Run(); err != nil {
		return fmt.Errorf("npm install in %s: %w", npm.Dir, err)
	}
	return nil
}

// GetRequiredPackages names the plugins of the SDKs in the program's node_modules. npm lays all of them side by side
// unless two versions of one are asked for.
func (*host) GetRequiredPackages(
	_ context.Context, request *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	modules, err := findUp(request.Info.ProgramDirectory, "node_modules")
	if err != nil {
		return &pulumirpc.GetRequiredPackagesResponse{}, nil // nothing is installed; Run says so
	}
	response := &pulumirpc.GetRequiredPackagesResponse{}
	for _, pattern := range []string{"*/package.json", "@*/*/package.json"} {
		files, err := filepath.Glob(filepath.Join(modules, pattern))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			found, err := read(filepath.Dir(file))
			if err != nil {
				return nil, err
			}
			if found.Pulumi.Resource {
				response.Packages = append(response.Packages, dependency(found))
			}
		}
	}
	return response, nil
}

// dependency is the plugin of an SDK; it is called as the SDK is, without its scope, unless the SDK says otherwise.
func dependency(sdk manifest) *pulumirpc.PackageDependency {
	made := &pulumirpc.PackageDependency{
		Kind:    string(apitype.ResourcePlugin),
		Name:    path.Base(sdk.Name),
		Version: sdk.Version,
		Server:  sdk.Pulumi.Server,
	}
	if sdk.Pulumi.Name != "" {
		made.Name = sdk.Pulumi.Name
	}
	if sdk.Pulumi.Version != "" {
		made.Version = sdk.Pulumi.Version
	}
	if parameters := sdk.Pulumi.Parameterization; parameters != nil {
		made.Parameterization = &pulumirpc.PackageParameterization{
			Name: parameters.Name, Version: parameters.Version, Value: parameters.Value,
		}
	}
	return made
}

// Link adds SDKs in the project's folder to the dependencies of its package.json.
func (*host) Link(ctx context.Context, request *pulumirpc.LinkRequest) (*pulumirpc.LinkResponse, error) {
	folder := request.Info.ProgramDirectory
	instructions := []string{"You can import the SDK in your program with:", ""}
	for _, sdk := range request.Packages {
		linked, err := read(filepath.Join(folder, sdk.Path))
		if err != nil {
			return nil, err
		}
		npm := exec.CommandContext(ctx, "npm", "pkg", "set", fmt.Sprintf("dependencies.%s=file:%s", linked.Name, sdk.Path))
		npm.Dir = folder
		if output, err := npm.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("npm pkg set in %s: %w: %s", folder, err, output)
		}
		name := strings.ReplaceAll(path.Base(linked.Name), "-", "_")
		instructions = append(instructions, fmt.Sprintf("  import * as %s from %q;", name, linked.Name))
	}
	return &pulumirpc.LinkResponse{ImportInstructions: strings.Join(append(instructions, ""), "\n")}, nil
}
