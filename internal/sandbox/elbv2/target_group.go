package elbv2

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

func checkTargetGroup(in provider.Props) []provider.Failure {
	var failures []provider.Failure
	if slow, _ := in["slowStart"].(float64); slow > 0 && slow < 30 {
		failures = append(failures, provider.Failure{
			Property: "slowStart", Reason: fmt.Sprintf("expected 0 or a value in the range (30 - 900), got %v", slow),
		})
	}
	health, _ := in["healthCheck"].(map[string]any)
	if matcher, ok := health["matcher"].(string); ok && !validMatcher(matcher) {
		failures = append(failures, provider.Failure{
			Property: "healthCheck.matcher",
			Reason: fmt.Sprintf("expected HTTP codes from 200 to 499 as values (200,202) or a range (200-299), got %q",
				matcher),
		})
	}
	if message := healthTimes(health); message != "" {
		failures = append(failures, provider.Failure{Property: "healthCheck.timeout", Reason: message})
	}
	return failures
}

// defaultTimeout is the health check's timeout, in seconds, when none is set.
const defaultTimeout = 5.0

func healthTimes(health provider.Props) string {
	interval, hasInterval := health["interval"].(float64)
	timeout, hasTimeout := health["timeout"].(float64)
	if health["timeout"] == nil {
		timeout, hasTimeout = defaultTimeout, true
	}
	if hasInterval && hasTimeout && timeout >= interval {
		return fmt.Sprintf("Health check timeout '%v' must be smaller than the interval '%v'", timeout, interval)
	}
	return ""
}

func validMatcher(matcher string) bool {
	for _, part := range strings.FieldsFunc(matcher, func(r rune) bool { return r == ',' || r == '-' }) {
		if code, err := strconv.Atoi(part); err != nil || code < 200 || code > 499 {
			return false
		}
	}
	return matcher != ""
}
