package cli

import (
	"io"
	"os"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// envStuck makes this test binary run the command line, with a display that blocks.
const envStuck = "CLI_TEST_STUCK"

func TestMain(m *testing.M) {
	if os.Getenv(envStuck) != "" {
		os.Exit(Main(func(*pulumi.Context) error { return nil }, os.Args[1:], io.Discard, stuck{}))
	}
	os.Exit(m.Run())
}
