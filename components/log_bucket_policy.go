package components

import (
	"fmt"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/iampolicy"
)

// logsFolder is where load balancers write, below their prefix if they have one.
const logsFolder = "AWSLogs/"

// policy lets load balancers of the account write and refuses everything that is not sent over TLS.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
func (a LogBucketArgs) policy(bucket string) iampolicy.Document {
	arn := fmt.Sprintf("arn:%s:s3:::%s", a.Account.Partition, bucket)
	write := allow("LoadBalancers", []string{"s3:PutObject"}, arn+"/"+logsFolder+a.Account.Id+"/*")
	write.Principals = a.Account.logWriter()
	return iampolicy.Document{Statements: []iampolicy.Statement{write, {
		Sid: "OnlyTls", Effect: iampolicy.Deny, Principals: iampolicy.Principals{"AWS": {"*"}},
		Actions: []string{"s3:*"}, Resources: []string{arn, arn + "/*"},
		Conditions: iampolicy.Conditions{"Bool": {"aws:SecureTransport": {"false"}}},
	}}}
}

// logWriter prefers the account where there is one: AWS takes it in every region that has it.
func (a Account) logWriter() iampolicy.Principals {
	if account, ok := awsmodel.LogDeliveryAccount(a.Region); ok {
		return iampolicy.Principals{"AWS": {fmt.Sprintf("arn:%s:iam::%s:root", a.Partition, account)}}
	}
	return iampolicy.Principals{"Service": {awsmodel.LogDeliveryService}}
}
