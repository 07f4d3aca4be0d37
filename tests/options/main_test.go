// Package options switches every config key on and off on running stacks.
package options

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/live-beats/live-beats-aws/tests/suite"
)

const region = "eu-west-2"

func TestMain(m *testing.M) {
	flag.Parse()
	if err := plans.load(); err != nil && !*update {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := suite.Main(m)
	if err := plans.save(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// project is a suite.Project with the names of resources that exist outside of the stack.
type project struct {
	*suite.Project
	placeholders *strings.Replacer // Replaces $names in config values.
}

func newProject(t *testing.T) *project {
	t.Helper()
	return &project{suite.New(t), strings.NewReplacer()}
}
