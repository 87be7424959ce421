-- A copy of a database sends nothing: every gateway becomes the sandbox, whose messages
-- are only shown, and forgets its account.
UPDATE sms_gateway
   SET kind = 'sandbox', account = NULL, secret = NULL, url = NULL, options = NULL,
       sender = NULL;
