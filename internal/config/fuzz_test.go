package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzConfig gives a key any value. The config is either taken, or refused for problems that each name a key. As a
// secret, the value has the same verdict, except in environment, and a refusal does not show it.
func FuzzConfig(f *testing.F) {
	for _, example := range [][2]string{
		{"service", `{"cpu": 1024, "memory": 2048, "desiredCount": 2, "distributionPorts": "9100-9109"}`},
		{"network", `{"mode": "dedicated", "placement": "private", "natGateways": "single", "zones": 3}`},
		{"autoscaling", `{"max": 4, "cpuPercent": 60, "schedules": [{"schedule": "cron(0 8 ? * MON-FRI *)", "min": 2}]}`},
		{"database", `{"mode": "create", "version": 17, "storage": 20}`},
		{"secrets", `{"DATABASE_URL": "/a"}`},
		{"tls", `{"hostedZone": "example.com", "additionalHosts": ["a.example.com"]}`},
		{"host", "a.example.com"},
		{"image", "ghcr.io/a/b:1"},
		{"environment", `{"A": null}`},
		{"uploads", `{"mode": "efs"}`},
		{"tags", `[]`},
		{"protect", "true"},
		{"policy", `{"host": "advisory"}`},
		{"service", `{"cpu": 1e400}`},
		{"a", "\xff"},
		{"a:b", ""},
	} {
		f.Add(example[0], example[1])
	}
	f.Fuzz(func(t *testing.T, key, value string) {
		values := with(map[string]string{"live-beats:" + key: value})
		_, err := Parse("qa", values)
		_, hidden := Parse("qa", values, "live-beats:"+key)
		if key == "environment" {
			require.Error(t, hidden, "encrypted variables would be in plain text in the task definition")
		} else {
			require.Equal(t, err == nil, hidden == nil)
		}
		for _, e := range []error{err, hidden} {
			if e == nil {
				return
			}
			for _, line := range problems(t, e) {
				require.Regexp(t, `(?s)^(live-beats|aws):.* is `, line)
			}
		}
		for _, line := range problems(t, hidden) {
			if len(value) > 60 { // A short one may be a word of the text.
				require.NotContains(t, line, value)
			}
		}
	})
}
