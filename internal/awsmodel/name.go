package awsmodel

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
)

var hyphens = regexp.MustCompile("-+")

// FitName returns name if every service takes it: RDS has no capitals and no hyphens in a row, and there are at most
// limit characters. Else it is the beginning of one that they take and a digest of name, so that two names with the
// same beginning stay apart. limit is at least 8.
func FitName(name string, limit int) string {
	taken := hyphens.ReplaceAllString(strings.ToLower(name), "-")
	if taken == name && len(name) <= limit {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	digest := hex.EncodeToString(sum[:])[:4]
	return strings.TrimRight(taken[:min(len(taken), limit-len(digest)-1)], "-") + "-" + digest
}
