package tests

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFirstImage goes the README's way to the first image: the repository, then the image, then the tasks. With protect
// the repository stays while it holds images.
func TestFirstImage(t *testing.T) {
	t.Parallel()
	const image = repositoryURL + ":1.0"
	p := newProject(t)
	p.around = strings.NewReplacer()
	with := func(more ...string) []string {
		return append([]string{"up"}, p.config(append([]string{"image=" + image}, more...))...)
	}
	const repository, protect = "repository.name=live-beats", "protect=true"
	p.run(with(repository, "service.desiredCount=0")...).exits(0)
	require.Equal(t, repositoryURL+"\n", p.run("output", "repositoryUrl").exits(0).stdout)
	p.run("sandbox", "image", image, "--start-seconds", "5").exits(0) // As a push would.
	p.run(with(repository)...).exits(0)
	p.run(with(repository, protect)...).exits(0)
	p.run(with(protect)...).exits(1).says("cannot be deleted because it is protected")
	p.run(with(repository)...).exits(0)
	p.run("destroy").exits(0)
	require.True(t, p.world().Empty())
}
