package elbv2

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

func checkTargetGroup(in provider.Props) []provider.Failure {
	var failures []provider.Failure
	fail := func(property, format string, args ...any) {
		failures = append(failures, provider.Failure{Property: property, Reason: fmt.Sprintf(format, args...)})
	}
	slow, _ := in["slowStart"].(float64)
	if slow > 0 && slow < 30 {
		fail("slowStart", "expected 0 or a value in the range (30 - 900), got %v", slow)
	}
	algorithm, _ := in["loadBalancingAlgorithmType"].(string)
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
	if slow > 0 && algorithm != "" && algorithm != "round_robin" {
		fail("slowStart", "cannot be combined with loadBalancingAlgorithmType %s", algorithm) // wording is a guess
	}
	if in["loadBalancingAnomalyMitigation"] == "on" && (algorithm != "" || in["loadBalancingAlgorithmType"] == nil) &&
		algorithm != "weighted_random" {
		fail("loadBalancingAnomalyMitigation", "needs loadBalancingAlgorithmType weighted_random") // wording is a guess
	}
	health, _ := in["healthCheck"].(map[string]any)
	if matcher, ok := health["matcher"].(string); ok && !validMatcher(matcher) {
		fail("healthCheck.matcher",
			"expected HTTP codes from 200 to 499 as values (200,202) or a range (200-299), got %q", matcher)
	}
	if message := healthPort(health); message != "" {
		fail("healthCheck.port", "%s", message)
	}
	if message := healthTimes(health); message != "" {
		fail("healthCheck.timeout", "%s", message)
	}
	stickiness, _ := in["stickiness"].(map[string]any)
	// AWSALBAPP and AWSALBTG begin with it too.
	if cookie, _ := stickiness["cookieName"].(string); strings.HasPrefix(cookie, "AWSALB") {
		fail("stickiness.cookieName", "cannot begin with AWSALB, which is AWS's own: %q", cookie) // wording is a guess
	}
	return failures
}

// healthPort says it as the provider does, which lets 65536 pass: AWS does not.
func healthPort(health provider.Props) string {
	text, given := health["port"].(string)
	if !given || text == "traffic-port" {
		return ""
	}
	port, err := strconv.Atoi(text)
	switch {
	case err != nil || port < 1 || port > 65536:
		return `"health_check.0.port" must be a valid port number (1-65536) or "traffic-port"`
	case port == 65536:
		return "ValidationError: Health check port '65536' must be from 1 to 65535" // wording is a guess
	}
	return ""
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
