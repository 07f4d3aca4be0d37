package awsmodel

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// FuzzSchedule: a schedule that runs once has a time, and writing that time gives the same schedule.
func FuzzSchedule(f *testing.F) {
	for _, text := range []string{
		"cron(0 20 ? * MON-FRI *)", "cron(0/15 8-18 15W JAN,MAR ? 2027-2030)", "cron(0 20 ? * 6#3 *)", "rate(12 hours)",
		"rate(1 day)", "at(2030-01-02T03:04:05)", "at(2030-02-30T03:04:05)", "at(2030-01-02T03:04:05.5)", "cron()",
	} {
		f.Add(text, "Europe/London")
	}
	f.Fuzz(func(t *testing.T, text, zone string) {
		valid := Schedule.Valid(text)
		at, once := ScheduledOnce(text, zone)
		if !once {
			require.False(t, valid && validTimezone(zone) && strings.HasPrefix(text, "at("), "it is valid and has no time")
			return
		}
		require.True(t, valid, "it has a time and is not valid")
		if zone == "" || zone == "UTC" { // Elsewhere there are hours that do not exist.
			require.Equal(t, text, "at("+at.In(time.UTC).Format(atLayout)+")")
		}
	})
}

// FuzzImage: the parts of a reference give the reference, and an ECR registry is in an account and a region.
func FuzzImage(f *testing.F) {
	for _, ref := range []string{
		"nginx", "library/nginx:1.27", "localhost:5000/app@sha256:" + strings.Repeat("a", 64), "ghcr.io/org/app:v1",
		"123456789012.dkr.ecr.eu-west-2.amazonaws.com/live-beats:latest", "123456789012.dkr-ecr.eu-west-2.on.aws/a/b__c",
		"app:", "App", "a.b:99999/c",
	} {
		f.Add(ref)
	}
	f.Fuzz(func(t *testing.T, ref string) {
		image, err := ParseImage(ref)
		if err != nil {
			require.ErrorContains(t, err, "parse image ", "the error names the input")
			return
		}
		printed := image.Repository
		for _, part := range []struct{ mark, text string }{{":", image.Tag}, {"@", image.Digest}} {
			if part.text != "" {
				printed += part.mark + part.text
			}
		}
		if image.Registry != "" {
			printed = image.Registry + "/" + printed
		}
		require.Equal(t, ref, printed)
		require.Equal(t, image.PrivateECR(), image.Region != "")
	})
}
