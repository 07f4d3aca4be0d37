package awsmodel

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLogDeliveryAccount(t *testing.T) {
	t.Parallel()
	account, ok := LogDeliveryAccount("eu-west-2")
	require.Equal(t, "652711504416", account)
	require.True(t, ok)
	account, ok = LogDeliveryAccount("eu-south-2")
	require.Empty(t, account, "LogDeliveryService writes the logs there")
	require.False(t, ok)
	for region, account := range logDeliveryAccounts {
		require.Regexp(t, `^\d{12}$`, account, region)
	}
}
