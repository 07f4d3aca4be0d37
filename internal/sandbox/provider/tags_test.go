package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

func TestTags(t *testing.T) {
	t.Parallel()
	many := func(n int) provider.Props {
		tags := provider.Props{}
		for i := range n {
			tags[fmt.Sprint(i)] = "v"
		}
		return tags
	}
	long := strings.Repeat("k", 129)
	for want, tags := range map[string]provider.Props{
		"":                                       many(50),
		"tags: expected at most 50 tags, got 51": many(51),
		"tags: the key \"\" must have 1 to 128 characters":                     {"": "v"},
		"tags: the key \"" + long + "\" must have 1 to 128 characters":         {long: "v"},
		"tags: the key \"AWS:x\" must not begin with aws:, which is AWS's own": {"AWS:x": "v"},
		"tags: the value of \"k\" cannot be longer than 256 characters":        {"k": strings.Repeat("v", 257)},
	} {
		err := sandboxtest.New(t).Make(sandboxtest.Cluster, "cluster", provider.Props{"tags": tags})
		if want == "" {
			require.NoError(t, err)
			continue
		}
		require.EqualError(t, err, want)
	}
}
