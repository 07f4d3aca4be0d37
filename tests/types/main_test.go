// Package types creates, imports, changes and deletes resources of every type that the sandbox models. It uses the real
// engine and programs other than this project's.
package types

import (
	"os"
	"testing"

	"github.com/live-beats/live-beats-aws/tests/suite"
)

func TestMain(m *testing.M) { os.Exit(suite.Main(m)) }
