// Package releases rolls out what works, and what does not: ECS goes back, and up says so.
package releases

import (
	"os"
	"testing"

	"github.com/live-beats/live-beats-aws/tests/suite"
)

func TestMain(m *testing.M) { os.Exit(suite.Main(m)) }
