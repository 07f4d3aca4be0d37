package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

// Services accept different characters in tags.
func TestTagCharacters(t *testing.T) {
	t.Parallel()
	const allowed = " (allowed in a tag's key and value: letters, digits, spaces and _ . : / = + - @)"
	const pattern = `: 1 validation error detected: Value 'R&D' at 'tags' failed to satisfy constraint: Member must satisfy ` +
		`regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]*` + allowed
	a := sandboxtest.New(t)
	in := provider.Props{"tags": provider.Props{"Team": "R&D"}}
	for token, want := range map[string]string{
		"aws:iam/role:Role":                "ValidationError" + pattern,
		"aws:ecs/cluster:Cluster":          "InvalidParameterException" + pattern,
		"aws:lb/targetGroup:TargetGroup":   "ValidationError" + pattern,
		"aws:cloudwatch/logGroup:LogGroup": "InvalidParameterException" + pattern,
		"aws:s3/bucketV2:BucketV2":         "InvalidTag: The TagValue you have provided is invalid" + allowed,
		"aws:route53/zone:Zone": "InvalidInput: Invalid parameter : Tags can only contain letters, numbers, spaces, and the " +
			"following special characters: _ . : / = + - @" + allowed,
		"aws:rds/subnetGroup:SubnetGroup": "InvalidParameterValue: Tag values may only contain unicode letters, digits, " +
			"whitespace, or one of these symbols: _ . : / = + - @" + allowed,
		"aws:ec2/vpc:Vpc":                        "",
		"aws:cloudwatch/metricAlarm:MetricAlarm": "",
	} {
		_, failures, err := a.Check(token, sandboxtest.URN(token, "x"), nil, in, nil)
		require.NoError(t, err)
		var got string
		for _, f := range failures {
			if f.Property == "tags" {
				got += f.Reason
			}
		}
		require.Equal(t, want, got, token)
	}
	_, failures, err := a.Check("aws:s3/bucketV2:BucketV2", "urn::x", nil, provider.Props{"tags": provider.Props{"a*": ""}}, nil)
	require.NoError(t, err)
	require.Equal(t, []provider.Failure{
		{Property: "tags", Reason: "InvalidTag: The TagKey you have provided is invalid" + allowed},
	}, failures)
}

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
		"tags: the key \"\" must have 1 to 128 characters":                            {"": "v"},
		"tags: the key \"" + long + "\" must have 1 to 128 characters":                {long: "v"},
		"tags: the key \"AWS:x\" must not begin with aws:, which is reserved for AWS": {"AWS:x": "v"},
		"tags: the value of \"k\" cannot be longer than 256 characters":               {"k": strings.Repeat("v", 257)},
	} {
		err := sandboxtest.New(t).Make(sandboxtest.Cluster, "cluster", provider.Props{"tags": tags})
		if want == "" {
			require.NoError(t, err)
			continue
		}
		require.EqualError(t, err, want)
	}
}
