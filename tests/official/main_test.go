//go:build official

// Package official compares the engine in this program with the official Pulumi CLI, which must be on PATH: the same
// program, config and sandbox give the same plans, and each reads the other's state. The build tag keeps it out of runs
// without the CLI: go test -tags official ./tests/official
package official

import (
	"os"
	"testing"

	"github.com/live-beats/live-beats-aws/tests/suite"
)

func TestMain(m *testing.M) { os.Exit(suite.Main(m)) }
