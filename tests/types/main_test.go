// Package types takes every type that the sandbox models through its life on the real engine, in programs that are not
// this project's own.
package types

import (
	"os"
	"testing"

	"github.com/live-beats/live-beats-aws/tests/suite"
)

func TestMain(m *testing.M) { os.Exit(suite.Main(m)) }
