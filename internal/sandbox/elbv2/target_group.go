package elbv2

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

func checkTargetGroup(in provider.Props) []provider.Failure {
	var failures []provider.Failure
	fail := func(property, format string, args ...any) {
		failures = append(failures, provider.Failure{Property: property, Reason: fmt.Sprintf(format, args...)})
	}
	slow, _ := in["slowStart"].(float64)
	if slow != 0 && slow < 30 {
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
	if matcher, ok := health["matcher"].(string); ok && !awsmodel.ValidMatcher(matcher) {
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
	// This prefix includes AWSALBAPP and AWSALBTG.
	if cookie, _ := stickiness["cookieName"].(string); strings.HasPrefix(cookie, "AWSALB") {
		fail("stickiness.cookieName", "cannot begin with AWSALB, which is reserved for AWS: %q", cookie) // wording is a guess
	}
	return failures
}

// healthPort returns the provider's error, or AWS's for 65536, which the provider accepts.
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

// defaultTimeout is the health check's timeout in seconds when none is set.
const defaultTimeout = 5.0

func healthTimes(health provider.Props) string {
	interval, hasInterval := health["interval"].(float64)
	timeout, hasTimeout := health["timeout"].(float64)
	if health["timeout"] == nil {
		timeout, hasTimeout = defaultTimeout, true
	}
	if hasInterval && hasTimeout && !awsmodel.ValidHealthCheck(int(timeout), int(interval)) {
		return fmt.Sprintf("Health check timeout '%v' must be smaller than the interval '%v'", timeout, interval)
	}
	return ""
}

// ZoneID returns the hosted zone of the DNS names of a region's application load balancers, for alias records. It
// returns false for regions that are not modelled.
func ZoneID(region string) (string, bool) {
	id, ok := zoneIDs[region]
	return id, ok
}

// https://docs.aws.amazon.com/general/latest/gr/elb.html
var zoneIDs = map[string]string{
	"af-south-1":     "Z268VQBMOI5EKX",
	"ap-east-1":      "Z3DQVH9N71FHZ0",
	"ap-northeast-1": "Z14GRHDCWA56QT",
	"ap-northeast-2": "ZWKZPGTI48KDX",
	"ap-northeast-3": "Z5LXEXXYW11ES",
	"ap-south-1":     "ZP97RAFLXTNZK",
	"ap-south-2":     "Z0173938T07WNTVAEPZN",
	"ap-southeast-1": "Z1LMS91P8CMLE5",
	"ap-southeast-2": "Z1GM3OXH4ZPM65",
	"ap-southeast-3": "Z08888821HLRG5A9ZRTER",
	"ap-southeast-4": "Z09517862IB2WZLPXG76F",
	"ca-central-1":   "ZQSVJUPU6J1EY",
	"cn-north-1":     "Z1GDH35T77C1KE",
	"cn-northwest-1": "ZM7IZAIOVVDZF",
	"eu-central-1":   "Z215JYRZR1TBD5",
	"eu-central-2":   "Z06391101F2ZOEP8P5EB3",
	"eu-north-1":     "Z23TAZ6LKFMNIO",
	"eu-south-1":     "Z3ULH7SSC9OV64",
	"eu-south-2":     "Z0956581394HF5D5LXGAP",
	"eu-west-1":      "Z32O12XQLNTSW2",
	"eu-west-2":      "ZHURV8PSTC4K8",
	"eu-west-3":      "Z3Q77PNBQS71R4",
	"il-central-1":   "Z09170902867EHPV2DABU",
	"me-central-1":   "Z08230872XQRWHG2XF6I",
	"me-south-1":     "ZS929ML54UICD",
	"sa-east-1":      "Z2P70J7HTTTPLU",
	"us-east-1":      "Z35SXDOTRQ7X7K",
	"us-east-2":      "Z3AADJGX6KTTL2",
	"us-gov-east-1":  "Z166TLBEWOO7G0",
	"us-gov-west-1":  "Z33AYJ8TM3BH4J",
	"us-west-1":      "Z368ELLRRE2KJ0",
	"us-west-2":      "Z1H1FL5HABSF5",
}
