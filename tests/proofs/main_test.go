// Package proofs breaks one thing at a time, in plans and in the sandbox.
package proofs

import (
	"os"
	"testing"

	"github.com/live-beats/live-beats-aws/tests/suite"
)

func TestMain(m *testing.M) { os.Exit(suite.Main(m)) }
