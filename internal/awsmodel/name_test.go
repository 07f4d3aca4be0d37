package awsmodel

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFitName(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"live-beats-staging":                        "live-beats-staging",
		"live-beats-production":                     "live-beats-production",
		"live-beats-production-eu":                  "live-beats-produ-53e6",
		"live-beats-production-us":                  "live-beats-produ-2d23",
		"live-beats-aaaa-bbbbbbbbbb":                "live-beats-aaaa-4eab",
		"live-beats-QA":                             "live-beats-qa-4799",
		"live-beats-qA":                             "live-beats-qa-3e8e",
		"live-beats-a--b":                           "live-beats-a-b-588c",
		"live-beats-My-Stack-With-A-Very-Long-Name": "live-beats-my-st-0c99",
	}
	for name, want := range tests {
		got := FitName(name, 21)
		require.LessOrEqual(t, len(got), 21)
		require.Equal(t, want, got)
	}
}
