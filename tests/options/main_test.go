// Package options switches every option of the config on and off on running stacks.
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

// project is the suite's, with what is there before the stack.
type project struct {
	*suite.Project
	around *strings.Replacer // Of $names in config.
}

func newProject(t *testing.T) *project {
	t.Helper()
	return &project{suite.New(t), strings.NewReplacer()}
}
