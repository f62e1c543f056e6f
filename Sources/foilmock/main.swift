import Program

App.main()
