// Package releases deploys releases that work and releases that fail: ECS rolls back, and up reports it.
package releases

import (
	"os"
	"testing"

	"github.com/live-beats/live-beats-aws/tests/suite"
)

func TestMain(m *testing.M) { os.Exit(suite.Main(m)) }
