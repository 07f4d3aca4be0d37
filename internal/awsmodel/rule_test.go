package awsmodel_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

func TestRules(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		rule      awsmodel.Rule
		good, bad []string
	}{
		{awsmodel.Host, []string{"beats.example.com"}, []string{"", "localhost", "Beats.example.com", "example.com.", "10.0.0.1"}},
		{
			awsmodel.ParameterName,
			[]string{"/staging/app/url", "bare"},
			[]string{"", "staging/app", "/aws/x", "/SSM/x", "/a//b", "arn:aws:ssm:eu-west-2:123456789012:parameter/a"},
		},
		{
			awsmodel.ParameterARN,
			[]string{"arn:aws:ssm:eu-west-2:123456789012:parameter/a/b"},
			[]string{"arn:aws:ssm:eu-west-2:123456789012:parameter", "arn:aws:ssm::123456789012:parameter/a", "/a"},
		},
		{
			awsmodel.KMSKeyARN,
			[]string{"arn:aws:kms:eu-west-2:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"},
			[]string{"arn:aws:kms:eu-west-2:123456789012:alias/a", "arn:aws:kms:eu-west-2:1:key/01234567-89ab-cdef-0123-456789abcdef"},
		},
		{awsmodel.Region, []string{"eu-west-2", "us-gov-west-1", "xx-new-9"}, []string{"London", "eu-west", "EU-WEST-2"}},
		{awsmodel.TagKey, []string{"Team", "a b"}, []string{"", "aws:x", "AWS:x", "a,b"}},
		{awsmodel.Timezone, []string{"", "UTC", "Europe/London"}, []string{"Local", "London"}},
	} {
		for _, text := range test.good {
			require.True(t, test.rule.Valid(text), "%q must be %s", text, test.rule.Allowed)
		}
		for _, text := range test.bad {
			require.False(t, test.rule.Valid(text), "%q must not be %s", text, test.rule.Allowed)
		}
	}
	require.Equal(t, "5 to 300", awsmodel.HealthCheckInterval.String())
	require.Equal(t, "14 or more", awsmodel.DBVersion.String())
	require.True(t, awsmodel.DBVersion.Contains(99))
	require.False(t, awsmodel.DBVersion.Contains(13))
}

func TestPartitions(t *testing.T) {
	t.Parallel()
	for region, partition := range map[string]string{
		"eu-west-2": "aws", "cn-north-1": "aws-cn", "us-gov-west-1": "aws-us-gov", "us-iso-east-1": "aws-iso",
		"us-isob-east-1": "aws-iso-b", "eusc-de-east-1": "aws-eusc",
	} {
		require.Equal(t, partition, awsmodel.Partition(region), region)
		require.Equal(t, partition == "aws", awsmodel.CheckPartition(partition) == nil)
	}
	require.True(t, awsmodel.KnownRegion("eu-west-2"))
	require.False(t, awsmodel.KnownRegion("xx-new-9"))
}

func TestMatchers(t *testing.T) {
	t.Parallel()
	for matcher, valid := range map[string]bool{
		"200": true, "200,302": true, "200-399": true, "200-299,302": true, "": false, "200-": false, "-200": false,
		"300-200": false, "300-200-201": false, "199": false, "500": false, "200,": false, "ok": false,
	} {
		require.Equal(t, valid, awsmodel.ValidMatcher(matcher), matcher)
	}
	require.True(t, awsmodel.MatchesStatus("200-299,302", 302))
	require.False(t, awsmodel.MatchesStatus("200-299,302", 301))
}
