// Package options switches every option of the config on and off on running stacks.
package options

import (
	"os"
	"strings"
	"testing"

	"github.com/live-beats/live-beats-aws/tests/suite"
)

const region = "eu-west-2"

func TestMain(m *testing.M) { os.Exit(suite.Main(m)) }

// project is the suite's, with what is there before the stack.
type project struct {
	*suite.Project
	around *strings.Replacer // Of $names in config.
}

func newProject(t *testing.T) *project {
	t.Helper()
	return &project{suite.New(t), strings.NewReplacer()}
}
