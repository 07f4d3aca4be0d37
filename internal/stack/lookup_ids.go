package stack

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/smithy-go"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/live-beats/live-beats-aws/internal/awsclient"
	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
)

// lookUpIDs looks up what the config names by id or ARN. It returns an error for what does not exist or cannot be used,
// before any resource is created. Where the deployer may not look, it warns.
func (s *Stack) lookUpIDs() error {
	return errors.Join(s.lookUpKey(), s.lookUpDatabaseGroup(), s.checkCertificate())
}

// lookUpKey records the customer key and its policy, so that the policy pack can tell whether the policy admits
// CloudWatch Logs and the roles. Pulumi's provider has no look-up of a key's policy, so this asks AWS itself.
func (s *Stack) lookUpKey() error {
	arn := s.Config.KMSKeyARN
	if arn == "" {
		return nil
	}
	cfg, err := awsclient.Load(s.ctx, s.Config.Region)
	if err != nil {
		return err
	}
	client := kms.NewFromConfig(cfg)
	found, err := client.DescribeKey(s.ctx.Context(), &kms.DescribeKeyInput{KeyId: &arn})
	if err != nil {
		return s.unseen("kmsKeyArn", arn, err)
	}
	key := found.KeyMetadata
	switch {
	case key.KeyState != kmstypes.KeyStateEnabled:
		return fmt.Errorf("live-beats:kmsKeyArn %q: the key's state is %s: enable it, or use another key", arn, key.KeyState)
	case key.KeySpec != kmstypes.KeySpecSymmetricDefault || key.KeyUsage != kmstypes.KeyUsageTypeEncryptDecrypt:
		return fmt.Errorf("live-beats:kmsKeyArn %q: is a key of spec %s for %s: use a symmetric key that encrypts and "+
			"decrypts", arn, key.KeySpec, key.KeyUsage)
	}
	properties := map[string]any{"arn": arn, "isEnabled": true}
	policy, err := client.GetKeyPolicy(s.ctx.Context(), &kms.GetKeyPolicyInput{KeyId: &arn})
	switch {
	case err == nil && policy.Policy != nil:
		properties["policy"] = *policy.Policy
	case err != nil:
		if err := s.unseen("kmsKeyArn", arn, err); err != nil {
			return err
		}
	}
	s.keys = []existing{{Type: graph.Key, Region: s.Config.Region, Id: arn, Properties: properties}}
	return nil
}

// lookUpDatabaseGroup returns an error if the existing database's security group does not exist.
func (s *Stack) lookUpDatabaseGroup() error {
	id := s.Config.Database.SecurityGroupID
	if id == "" {
		return nil
	}
	if _, err := ec2.LookupSecurityGroup(s.ctx, &ec2.LookupSecurityGroupArgs{Id: &id}); err != nil {
		return fmt.Errorf("look up live-beats:database.securityGroupId %q in region %s: %w", id, s.Config.Region, err)
	}
	return nil
}

// checkCertificate returns an error if the existing certificate cannot serve the stack's host.
func (s *Stack) checkCertificate() error {
	arn := s.Config.TLS.CertificateARN
	if arn == "" {
		return nil
	}
	cfg, err := awsclient.Load(s.ctx, s.Config.Region)
	if err != nil {
		return err
	}
	found, err := acm.NewFromConfig(cfg).DescribeCertificate(s.ctx.Context(),
		&acm.DescribeCertificateInput{CertificateArn: &arn})
	if err != nil {
		return s.unseen("tls.certificateArn", arn, err)
	}
	names := found.Certificate.SubjectAlternativeNames
	switch status := found.Certificate.Status; {
	case !awsmodel.WasIssued(string(status)):
		return fmt.Errorf("live-beats:tls.certificateArn %q: the certificate's status is %s: a load balancer accepts it "+
			"once it is issued", arn, status)
	case s.Config.Host != "" && !slices.ContainsFunc(names, func(name string) bool {
		return awsmodel.CertificateCovers(name, s.Config.Host)
	}):
		return fmt.Errorf("live-beats:tls.certificateArn %q: is for %s, not for the host %q: browsers would refuse it. Use "+
			"a certificate with that name", arn, strings.Join(names, ", "), s.Config.Host)
	}
	return s.warnOfCertificate(strings.Join(names, ", "), string(found.Certificate.Status))
}

// unseen returns an error if AWS says that what the config names does not exist. For any other error, it warns that
// this could not be checked.
func (s *Stack) unseen(key, id string, err error) error {
	var answer smithy.APIError
	if errors.As(err, &answer) && strings.Contains(answer.ErrorCode(), "NotFound") {
		return fmt.Errorf("live-beats:%s %q does not exist in region %s: %s", key, id, s.Config.Region, answer.ErrorMessage())
	}
	return s.ctx.Log.Warn(fmt.Sprintf("live-beats:%s %q could not be looked up, so that it is not checked: %v",
		key, id, err), nil)
}
