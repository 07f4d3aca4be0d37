package awsmodel

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseImage(t *testing.T) {
	t.Parallel()
	sha := "sha256:" + strings.Repeat("a", 64)
	for ref, want := range map[string]Image{
		"nginx":                     {Repository: "nginx"},
		"library/nginx:1.27":        {Repository: "library/nginx", Tag: "1.27"},
		"localhost:5000/app@" + sha: {Registry: "localhost:5000", Repository: "app", Digest: sha},
		"ghcr.io/org/app:v1@" + sha: {Registry: "ghcr.io", Repository: "org/app", Tag: "v1", Digest: sha},
		"123456789012.dkr.ecr.eu-west-2.amazonaws.com/live-beats:latest": {
			Registry:   "123456789012.dkr.ecr.eu-west-2.amazonaws.com",
			Repository: "live-beats", Tag: "latest", AccountID: "123456789012", Region: "eu-west-2",
		},
		"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/a/b": {
			Registry:   "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn",
			Repository: "a/b", AccountID: "123456789012", Region: "cn-north-1",
		},
	} {
		t.Run(ref, func(t *testing.T) {
			t.Parallel()
			image, err := ParseImage(ref)
			require.NoError(t, err)
			require.Equal(t, want, image)
			require.Equal(t, want.Region != "", image.PrivateECR())
		})
	}
}

func TestParseImageRefuses(t *testing.T) {
	t.Parallel()
	const grammar = "must be [registry/]repository[:tag][@sha256:digest] with the repository in lower case"
	long := strings.Repeat("a", 256)
	for ref, want := range map[string]string{
		"":                 grammar,
		"App":              grammar,
		"app:":             grammar,
		"app@":             grammar,
		"app:a b":          grammar,
		"app@sha256:short": grammar,
		"https://x.io/app": grammar,
		long:               "must have at most 255 characters",
	} {
		t.Run(ref, func(t *testing.T) {
			t.Parallel()
			_, err := ParseImage(ref)
			require.EqualError(t, err, `parse image "`+ref+`": `+want)
		})
	}
}
