// Package tests runs the program as a user does, from the first up to the last destroy.
package tests

import (
	"os"
	"testing"

	"github.com/live-beats/live-beats-aws/tests/suite"
)

func TestMain(m *testing.M) { os.Exit(suite.Main(m)) }

// project adds this package's helpers to a suite.Project.
type project struct{ *suite.Project }

func newProject(t *testing.T) *project {
	t.Helper()
	return &project{suite.New(t)}
}

// deployed returns a project in which the staging stack is deployed.
func deployed(t *testing.T) *project {
	t.Helper()
	return &project{suite.Deployed(t)}
}
