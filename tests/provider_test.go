package tests

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/tests/suite"
)

// TestOneProvider: all resources of a stack use one AWS provider, in the version of the SDK in go.mod. This includes
// the web ACL association, although the program does not import the SDK's package for its type.
func TestOneProvider(t *testing.T) {
	t.Parallel()
	p := suite.Deployed(t, "--config", "webAclArn=arn:aws:wafv2:eu-west-2:123456789012:regional/webacl/beats/"+
		"12345678-1234-1234-1234-123456789012")
	root, err := suite.Root()
	require.NoError(t, err)
	module, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	_, version, _ := strings.Cut(string(module), "github.com/pulumi/pulumi-aws/sdk/v6 v")
	version, _, _ = strings.Cut(version, "\n")
	var state struct {
		Deployment struct{ Resources []struct{ URN, Type string } }
	}
	require.NoError(t, json.Unmarshal([]byte(p.File(".sandbox/state/live-beats/staging.json")), &state))
	var providers []string
	for _, r := range state.Deployment.Resources {
		if r.Type == "pulumi:providers:aws" {
			providers = append(providers, r.URN[strings.LastIndex(r.URN, ":")+1:])
		}
	}
	require.Equal(t, []string{"default_" + strings.ReplaceAll(version, ".", "_")}, providers)
}
