package options

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFirstImage goes the way of docs/operations.md to the first image: the repository, then the image, then the tasks.
// With protect the repository stays while it holds images.
func TestFirstImage(t *testing.T) {
	t.Parallel()
	const image = repositoryURL + ":1.0"
	p := newProject(t)
	with := func(more ...string) []string {
		return append([]string{"up"}, p.config(append([]string{"image=" + image}, more...))...)
	}
	const repository, protect = "repository.name=live-beats", "protect=true"
	scaled := []string{repository, "autoscaling.min=3", "autoscaling.max=4", "autoscaling.cpuPercent=60"}
	hold := with(append(scaled, "service.desiredCount=0")...)
	require.Contains(t, p.Run(hold...).Exits(0).Stdout, "0 desired")
	require.Equal(t, repositoryURL+"\n", p.Run("output", "repositoryUrl").Exits(0).Stdout)
	p.Run("sandbox", "image", image, "--start-seconds", "5").Exits(0) // As a push would.
	require.Contains(t, p.Run(with(scaled...)...).Exits(0).Stdout, "healthy, 3 desired")
	p.Run("refresh").Exits(0)
	require.Contains(t, p.Run(hold...).Exits(0).Stdout, "0 desired")
	p.Run(with(repository, protect)...).Exits(0)
	p.Run(with(protect)...).Exits(1).Says("cannot be deleted because it is protected")
	p.Run(with(repository)...).Exits(0)
	p.Run("destroy").Exits(0)
	require.True(t, p.World().Empty())
}
