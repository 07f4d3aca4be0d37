package tests

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBadRelease rehearses releases that do not come up over one that does: the old tasks keep serving.
func TestBadRelease(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.Run("up").Exits(0)
	const repository = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/live-beats:"
	behaviour := filepath.Join(t.TempDir(), "image.yaml")
	require.NoError(t, os.WriteFile(behaviour, []byte("paths: {/signin: 500}\nstartSeconds: 1\n"), 0o600))
	for tag, test := range map[string]struct {
		flags []string
		want  string
	}{
		"crash":   {[]string{"--exit", "137"}, "Essential container in task exited (container live-beats: exit code 137)"},
		"migrate": {[]string{"--migrate-exit", "1"}, "as dependency did not exit successfully"},
		"broken":  {[]string{"--behaviour", behaviour}, "Health checks failed with these codes: [500]"},
	} {
		p.Run(append([]string{"sandbox", "image", repository + tag}, test.flags...)...).Exits(0)
		up := p.Run("up", "--config", "live-beats:image="+repository+tag).Exits(2)
		require.Contains(t, up.Stdout, test.want)
		require.Contains(t, up.Stdout, "rolled back to")
	}
	var images map[string]map[string]any
	p.Run("sandbox", "image", "--json").Exits(0).JSON(&images)
	require.Equal(t, map[string]any{"exit": 137.0}, images[repository+"crash"])
	require.Len(t, images, 3)
	p.Run("sandbox", "image", repository+"crash", "--listen", "70000").Exits(1).Says("port 70000 must be 1 to 65535")
	p.Run("up").Exits(0)
	p.Run("destroy").Exits(0)
}
