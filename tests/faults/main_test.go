// Package faults makes API calls fail and kills runs: the next run reaches the same result.
package faults

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
