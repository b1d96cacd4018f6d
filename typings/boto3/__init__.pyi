from boto3 import session as session
