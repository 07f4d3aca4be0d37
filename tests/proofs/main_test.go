// Package proofs breaks one thing at a time, in a plan and in the sandbox, and tests that the checks find it.
package proofs

import (
	"os"
	"testing"

	"github.com/live-beats/live-beats-aws/tests/suite"
)

func TestMain(m *testing.M) { os.Exit(suite.Main(m)) }
