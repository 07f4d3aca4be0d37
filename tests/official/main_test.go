//go:build official

// Package official holds the engine inside of this program to the official Pulumi CLI, which must be on PATH: the same
// program, config and sandbox give the same plans, and each reads the other's state. Only a workflow that has installed
// the CLI runs it: go test -tags official ./tests/official
package official

import (
	"os"
	"testing"

	"github.com/live-beats/live-beats-aws/tests/suite"
)

func TestMain(m *testing.M) { os.Exit(suite.Main(m)) }
