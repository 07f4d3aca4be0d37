package awsmodel

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTagText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "Team: R+D_1.2/3=4-5@6", "Größe 三"} {
		require.True(t, TagText(text), text)
	}
	for _, text := range []string{"R&D", "a,b", "(a)", "a\tb", "a\nb", "#1", "*"} {
		require.False(t, TagText(text), text)
	}
}
