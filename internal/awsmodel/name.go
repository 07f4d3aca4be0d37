package awsmodel

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// FitName returns name if it has at most limit characters, else its beginning and a digest of it, so that two long
// names with the same beginning stay apart. limit is at least 8.
func FitName(name string, limit int) string {
	if len(name) <= limit {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	digest := hex.EncodeToString(sum[:])[:4]
	return strings.TrimRight(name[:limit-len(digest)-1], "-") + "-" + digest
}
