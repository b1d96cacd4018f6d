package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"berth/toolchain/hosts/python"
)

// pluginHost is Pulumi's host with what CLIs since then say in another way: which folder a plugin, or the program whose
// packages are installed, lies in, and which virtual environment goes with it.
type pluginHost struct {
	pulumirpc.LanguageRuntimeServer
}

// GetRequiredPackages names no plugins that a plugin in Python itself wants: they are looked for once it uses them, and
// its environment may have SDKs that it does not use. For programs the CLI asks the host in the old way then.
func (pluginHost) GetRequiredPackages(
	_ context.Context, request *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	if _, err := os.Stat(filepath.Join(request.Info.ProgramDirectory, "PulumiPlugin.yaml")); err == nil {
		return &pulumirpc.GetRequiredPackagesResponse{}, nil
	}
	return nil, status.Error(codes.Unimplemented, "asked as GetRequiredPlugins")
}

// InstallDependencies installs requirements.txt into the virtual environment that PulumiPlugin.yaml or Pulumi.yaml
// names. The Python on PATH is left as it is: it may be the one that Berth itself runs on.
func (pluginHost) InstallDependencies(
	request *pulumirpc.InstallDependenciesRequest, answer pulumirpc.LanguageRuntime_InstallDependenciesServer,
) error {
	closer, stdout, stderr, err := rpcutil.MakeInstallDependenciesStreams(answer, request.IsTerminal)
	if err != nil {
		return err
	}
	defer closer.Close()
	environment, err := virtualenv(request.Info)
	if err != nil {
		return err
	}
	if environment == "" {
		_, err := fmt.Fprintln(stdout, "no virtualenv is named: packages are those of the Python on PATH")
		return err
	}
	return python.InstallDependenciesWithWriters(
		answer.Context(), request.Info.ProgramDirectory, environment, true, stdout, stderr)
}

// RunPlugin starts a plugin in Python. It ends with the call, or by itself with an exit code.
func (pluginHost) RunPlugin(
	request *pulumirpc.RunPluginRequest, answer pulumirpc.LanguageRuntime_RunPluginServer,
) error {
	environment, err := virtualenv(request.Info)
	if err != nil {
		return err
	}
	program := filepath.Join(request.Info.ProgramDirectory, request.Info.EntryPoint)
	plugin, err := python.Command(answer.Context(), append([]string{"-u", program}, request.Args...)...)
	if err != nil {
		return err
	}
	plugin.Dir, plugin.Env = request.Pwd, request.Env
	if environment != "" {
		if !python.IsVirtualEnv(environment) {
			return fmt.Errorf("%s is no virtual environment, run `pulumi install` in %s", environment, program)
		}
		plugin.Path = python.VirtualEnvCommand(environment, "python").Path
		plugin.Args[0] = plugin.Path // by which Python knows where its packages are
		plugin.Env = python.ActivateVirtualEnv(plugin.Env, environment)
	}
	closer, stdout, stderr, err := rpcutil.MakeRunPluginStreams(answer, false)
	if err != nil {
		return err
	}
	defer closer.Close()
	plugin.Stdout, plugin.Stderr = stdout, stderr
	var ended *exec.ExitError
	if err := plugin.Run(); errors.As(err, &ended) {
		code := &pulumirpc.RunPluginResponse_Exitcode{Exitcode: int32(ended.ExitCode())}
		return answer.Send(&pulumirpc.RunPluginResponse{Output: code})
	} else if err != nil {
		return fmt.Errorf("%s could not be started: %w", program, err)
	}
	return nil
}

// virtualenv is the folder of the virtual environment; empty where none is named.
func virtualenv(info *pulumirpc.ProgramInfo) (string, error) {
	options := info.GetOptions().AsMap()
	if toolchain, named := options["toolchain"]; named && toolchain != "pip" {
		return "", fmt.Errorf("runtime option toolchain: %v is not known to this host, only pip is", toolchain)
	}
	named, _ := options["virtualenv"].(string)
	if named == "" || filepath.IsAbs(named) {
		return named, nil
	}
	return filepath.Join(info.RootDirectory, named), nil
}
