// Package features holds what the features of the config promise, on whole stacks.
package features

import (
	"os"
	"testing"

	"github.com/live-beats/live-beats-aws/tests/suite"
)

const region = "eu-west-2"

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
