package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// starter of @pulumi/pulumi loads the program, through ts-node where it is TypeScript, and registers the stack.
const starter = "node_modules/@pulumi/pulumi/cmd/run"

// alreadyReported is the exit code of a program that has said itself why it failed.
const alreadyReported = 32

// Run starts the program. An error of the program is part of the answer, one of the host is an error.
func (h *host) Run(ctx context.Context, request *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	if err := check(request.Info); err != nil {
		return nil, err
	}
	run, err := findUp(request.Info.ProgramDirectory, starter)
	if err != nil {
		return nil, fmt.Errorf("@pulumi/pulumi is not installed, run `pulumi install`: %w", err)
	}
	config, err := json.Marshal(request.Config)
	if err != nil {
		return nil, err
	}
	secrets, err := json.Marshal(request.ConfigSecretKeys)
	if err != nil {
		return nil, err
	}
	node := exec.CommandContext(ctx, "node", h.arguments(run, request)...)
	node.Stdout, node.Stderr = os.Stdout, os.Stderr // the CLI shows both
	node.Env = append(os.Environ(),
		"PULUMI_CONFIG="+string(config),
		"PULUMI_CONFIG_SECRET_KEYS="+string(secrets),
		"PULUMI_NODEJS_TYPESCRIPT=true", // ts-node leaves JavaScript as it is
	)
	var ended *exec.ExitError
	switch err := node.Run(); {
	case err == nil:
		return &pulumirpc.RunResponse{}, nil
	case errors.As(err, &ended) && ended.ExitCode() == alreadyReported:
		return &pulumirpc.RunResponse{Bail: true}, nil
	case errors.As(err, &ended):
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("Program ended with %v", ended)}, nil
	default:
		return nil, fmt.Errorf("node could not be started: %w", err)
	}
}

// arguments are those that `node node_modules/@pulumi/pulumi/cmd/run` lists as its usage.
func (h *host) arguments(run string, request *pulumirpc.RunRequest) []string {
	arguments := []string{run}
	for _, option := range [][2]string{
		{"monitor", request.MonitorAddress},
		{"engine", h.engine},
		{"organization", request.Organization},
		{"project", request.Project},
		{"root-directory", request.Info.RootDirectory},
		{"stack", request.Stack},
		{"pwd", request.Pwd},
		{"parallel", strconv.Itoa(int(request.Parallel))},
		{"tracing", h.tracing},
	} {
		if option[1] != "" {
			arguments = append(arguments, "--"+option[0], option[1])
		}
	}
	if request.DryRun {
		arguments = append(arguments, "--dry-run")
	}
	return append(append(arguments, request.Info.EntryPoint), request.Args...)
}

// check refuses the options of Pulumi.yaml's `runtime` that this host knows nothing of, rather than ignore them.
func check(info *pulumirpc.ProgramInfo) error {
	for name, value := range info.GetOptions().AsMap() {
		if !(name == "packagemanager" && value == "npm") && !(name == "typescript" && value == true) {
			return fmt.Errorf("runtime option %s: %v is not known to this host, which is made for Berth's tests", name, value)
		}
	}
	return nil
}

// findUp is where a path lies in a folder or the next one above it, as Node looks for modules.
func findUp(folder, path string) (string, error) {
	for {
		found := filepath.Join(folder, path)
		if _, err := os.Stat(found); err == nil {
			return found, nil
		}
		above := filepath.Dir(folder)
		if above == folder {
			return "", fmt.Errorf("no %s here or above", path)
		}
		folder = above
	}
}
