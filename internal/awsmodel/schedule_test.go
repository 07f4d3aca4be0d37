package awsmodel_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

func TestScheduleExpressions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"cron(0 20 ? * MON-FRI *)":      true,
		"cron(0/15 8-18 1 * ? *)":       true,
		"cron(0 20 * * ? *)":            true,
		"cron(0 20 * * * *)":            false, // Both days are given.
		"cron(0 20 ? * ? *)":            false, // Neither day is given.
		"cron(0 20 ? * MON)":            false, // The form of Unix, with five fields.
		"cron(? 20 ? * MON *)":          false,
		"cron(0 20 ?1 * MON *)":         false,
		"0 20 ? * MON *":                false,
		"cron(0 20 L * ? *)":            true,
		"cron(0 20 15W * ? *)":          true,
		"cron(0 20 ? JAN-MAR 6#3 2027)": true,
		"cron(*/5 8-18/2 ? * 2-6 *)":    true,
		"cron(99 20 ? * MON *)":         false,
		"cron(0 24 ? * MON *)":          false,
		"cron(0 20 32 * ? *)":           false,
		"cron(0 20 0W * ? *)":           false,
		"cron(0 20 ? 13 MON *)":         false,
		"cron(0 20 ? FOO MON *)":        false,
		"cron(0 20 ? * 0 *)":            false, // Sunday is 1.
		"cron(0 20 ? * FRI-MON *)":      false, // It runs backwards.
		"cron(0 20 ? * MON 1800)":       false,
		"cron(0 20 ? * 2#6 *)":          false,
		"cron(0/0 20 ? * MON *)":        false,
		"cron(0,99 20 ? * MON *)":       false,
		"rate(1 hour)":                  true,
		"rate(1 hours)":                 false,
		"rate(12 hours)":                true,
		"rate(0 hours)":                 false,
		"at(2030-01-02T03:04:05)":       true,
		"at(2030-01-02)":                false,
		"at(2030-01-02T3:04:05)":        false,
		"at(2030-01-02T03:04:05.5)":     false,
		"":                              false,
	} {
		require.Equal(t, want, awsmodel.Schedule.Valid(text), text)
	}
}
