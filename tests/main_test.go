// Package tests holds what a user goes through, from the first up to the last destroy.
package tests

import (
	"os"
	"testing"

	"github.com/live-beats/live-beats-aws/tests/suite"
)

func TestMain(m *testing.M) { os.Exit(suite.Main(m)) }

// project is what the tests add to the suite's.
type project struct{ *suite.Project }

func newProject(t *testing.T) *project {
	t.Helper()
	return &project{suite.New(t)}
}

// deployed is a project in which staging is deployed.
func deployed(t *testing.T) *project {
	t.Helper()
	return &project{suite.Deployed(t)}
}
