package awsmodel

import (
	"strconv"
	"strings"
)

// MatchesStatus tells whether an HTTP status is one of a health check's matcher: "200", "200,302", "200-399".
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html
func MatchesStatus(matcher string, status int) bool {
	for part := range strings.SplitSeq(matcher, ",") {
		low, high, isRange := strings.Cut(part, "-")
		if !isRange {
			high = low
		}
		from, _ := strconv.Atoi(low)
		to, _ := strconv.Atoi(high)
		if from <= status && status <= to {
			return true
		}
	}
	return false
}
